"""``handwork demo``: the main job of the platform, driven over HTTP, with faults and kills if asked.

``people`` makes names and jobs, ``client`` speaks HTTP and never gives up a request, ``market`` is the
story, ``chaos`` kills processes, ``verdict`` holds the outcome against the sandbox's own count.
"""

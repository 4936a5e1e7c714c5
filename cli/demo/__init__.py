"""``handwork demo``: a booking's whole life, driven over HTTP, with faults and kills if asked.

``people`` makes names and jobs, ``members`` are people who are signed in, ``client`` speaks HTTP and never gives up
a request, ``timings`` says how long they took and why, ``market`` is the story up to the payment, ``work`` goes on to
the payout, ``chaos`` kills processes, ``faults`` has the sandbox fail, ``books`` reads what the platform wrote down,
and ``verdict`` holds that against the sandbox's own count.
"""

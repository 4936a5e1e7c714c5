"""``handwork demo``: drive bookings over HTTP from sign-up to payout, on request with faults and kills.

``people`` makes names and jobs, ``members`` signs people in, ``client`` sends and retries requests, and ``timings``
reports how long they took and why.  ``market`` plays the story up to the payment, and ``work`` from there to the
payout.  ``chaos`` kills processes, and ``faults`` makes the sandbox fail.  ``books`` reads the platform's records, and
``verdict`` compares them with the sandbox's counts.
"""

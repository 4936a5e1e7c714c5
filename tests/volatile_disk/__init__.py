"""A real file system on a block device that loses, at a power cut, what was not flushed.

``disk.py`` is for tests.  The device is a loop device over a file; the file is served by a process of its own over
/dev/fuse (``__main__.py``, ``fuse.py``), so that every write and every flush of the device passes through it
(``cache.py``).
"""

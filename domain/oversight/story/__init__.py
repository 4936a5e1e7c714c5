"""Tell the story of a request, or of one object: everything that rows record about it, in order of time.

``scope`` resolves what an id stands for, ``gather`` reads the rows, ``entries`` makes a line of each, and ``assemble``
puts the lines in order.
"""

"""The story of a request, or of one thing: everything that rows know of it, in order of time.

``scope`` finds out what an id stands for, ``gather`` reads the rows, ``entries`` says each in a line, ``tell`` puts
them together.
"""

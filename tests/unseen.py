"""Texts in which there is nothing to see."""

UNSEEN = (
    " ",
    "\u00a0\u2003\u3000",
    "\u00ad",
    "\u034f",
    "\u115f\u1160",
    "\u17b4\u17b5",
    "\u180b\u180e",
    "\u200b\u200c\u200d\u2060\ufeff",
    "\u200e\u200f\u061c",
    "\u202e\u202c",
    "\u2066\u2069",
    "\u2028\u2029\x85",
    "\u2800",
    "\u3164\uffa0",
    "\ufe0f",
    "\U000e0100\U000e0041",
    " \u200b \u3164 ",
)

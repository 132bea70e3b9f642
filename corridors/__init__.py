"""corridors: which humanitarian corridors are announced, what holds now, and who says so.

Start at `intake.poll` to follow one announcement through the house, or at `model` for the words.
"""

__version__ = "0.1.0"

"""The words of each language, one file a language.

To add one, write `corridors/languages/<iso 639-1>.py` with a constant `LANGUAGE` (corridors/reading/language.py says
what each field holds) and at least five `examples` of your own: the tests run them. Nothing else is edited; an
installed package does the same with an entry point in the group `corridors.languages`.

Sort words by what they do in an announcement (corridors/reading/cues.py), not by what they mean in general. A star
ends a stem; a longer phrase silences the shorter ones inside it, so exceptions are written as longer phrases. Its field
`who` (corridors/reading/who.py) names the parties and what they do: announce, propose, agree, refuse, guarantee.
"""

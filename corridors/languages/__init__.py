"""The words of each language, one file a language.

To add one, write `corridors/languages/<iso 639-1>.py` with a constant `LANGUAGE` (corridors/reading/language.py says
what each field holds) and at least five `examples` of your own: the tests run them. Nothing else is edited; an
installed package does the same with an entry point in the group `corridors.languages`.

Sort words by what they do in an announcement (corridors/reading/cues.py), not by what they mean in general. A star
ends a stem; a longer phrase silences the shorter ones inside it, so exceptions are written as longer phrases. A whole
small pack, Slovak as it might begin:

    from datetime import date
    from corridors.reading.cues import Cue
    from corridors.reading.language import Example, Expected, Language

    _DAY = date(2022, 3, 14)
    LANGUAGE = Language(
        code="sk",
        name="Slovak",
        common="a v na sa je z do že sú pre od po",  # its commonest words, by which it is known
        letters="ľĺŕôä",  # letters that its neighbours lack
        cues={
            Cue.FROM: "z, zo, opustili",  # leads to where people leave
            Cue.TO: "do, smerom na",  # leads to where they arrive
            Cue.VIA: "cez",
            Cue.AND: "a, aj",
            Cue.KIND: "mesto, mesta, obec, dedina",  # may stand between a cue and a name
            Cue.CORRIDOR: "koridor*, humanitárny koridor, humanitárne koridory",
            Cue.PEOPLE: "ľudí, osôb, obyvateľov, civilistov",
            Cue.EVACUATION: "evakuáci*, odísť, opustiť",  # no tense of its own
            Cue.MOVED: "evakuovali, odišlo, previezli",  # done
            Cue.WILL: "bude, budú",  # makes a plan of what follows
            Cue.OPENED: "otvorili, bol otvorený",
            Cue.HALTED: "prerušen*, pozastaven*",
            Cue.VIOLATED: "ostreľovan*",
            Cue.NOT: "ne, nie",
            Cue.BUS: "autobus*",
            Cue.TODAY: "dnes",
            Cue.TOMORROW: "zajtra",
            Cue.SINCE: "od",  # leads to the beginning of a window ...
            Cue.UNTIL: "do",  # ... and to its end
        },
        months={3: "marec, marca", 4: "apríl, apríla"},
        numbers={2: "dva, dve", 10: "desať"},
        endings={"a": (("", "g"),), "e": (("", "l"),)},  # "Mariupola" is the genitive of "Mariupol"
        examples=(
            Example("Z Mariupola do Záporožia dnes odišlo 300 ľudí.", _DAY,
                    (Expected("Mariupol", "Zaporizhzhia", "closed", "completed", on=_DAY, people=300),)),
        ),
    )

Then `corridors read --language sk --marks FILE` prints what it makes of a text, with the words that produced each field, and
`python -m tests.bench.reading_quality --errors` what it gets wrong in announcements that you annotate in
tests/reading/own/sk.jsonl. tests/reading/phenomena.toml lists what announcements say; a row is complete when every
language has its sentence there. Names that no gazetteer knows are written in Latin letters by `romanise`; where
endings cannot be tabulated, `inflection` may be a function.
"""

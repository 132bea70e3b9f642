"""Who reads the announcements? The readers to choose from, one file each.

`rules` is the one that is used unless the setting `reader` under `[reading]` names another. To supply one, write a
package with an entry point in the group `corridors.readers` whose value, or whose constant `READER`, is callable as
corridors/reading/reader.py says.
"""

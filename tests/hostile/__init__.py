"""Every way in which a server can be wrong, against every kind of source, through a whole poll."""

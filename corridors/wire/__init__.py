"""What do several wire formats share? Decoding, hardened XML and JSON, HTML as text, dates.

Everything here is pure and meant for bytes that somebody hostile may have sent: what it cannot read raises ParseError.
"""

"""What the pages tell, computed from sessions: plain values for the templates, no page and no form.

`dialogue` a session line by line; `marks` what became of its words; `drawing` figures as SVG;
`timeline` who spoke when; `charts` what came out, and `listing` one row for each session.
"""

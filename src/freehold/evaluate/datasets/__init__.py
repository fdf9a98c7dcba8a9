"""Datasets: what is asked in an evaluation, and what is right.

`opening` unpacks a file and tells its format; `lines`, `table` (with `cells`) and `parquet` give its rows. `fields`
says what the members of a row mean, `row` makes an example of one, and `reading` does it for a whole file, telling all
that is wrong at once; `written` writes an example so that it can be read again. `ledger` makes examples of what people
said of answers. `personal`, `splits`, `texts`, `alike` and `cleaning` see to what an example may not be: personal
without anybody knowing, on both sides of a split, there twice. `making` puts all that in order, `store` keeps it, and
`service` is what the edge uses.
"""

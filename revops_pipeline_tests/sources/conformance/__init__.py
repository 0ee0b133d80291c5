"""What every source promises, tested once for all of them.

A source passes by being listed, and it is listed by a module `<source>_adapter.py` in this folder
whose class `Adapter` says what is its own (see `vendor.Vendor`):

- the world: a vendor's data, small (a few pages of each stream), the same for the same seed;
- the front: an ASGI application that answers as the vendor does, with `.faults`. Wrap your own
  in `revops_pipeline.sandbox.vendor_front.VendorFront`, which applies the sandbox's faults to any
  application; what spoils *pages* (`repeat_page`, `empty_page`) you give it yourself;
- the source, reading a front at some address with right, wrong or insufficient credentials;
- `disturb`: one random edit, deletion or addition in the world;
- `truth`: what the raw tables must hold of it: stream → id → document of every live row. Rows of
  deleted records must be marked as such, and nothing else may be live;
- `spoil`: values that cannot be typed, planted in the world, and the rejects they must become.

Everything else is here: windows, tokens, cursors, faults, kills, identity, credentials, and the
randomised comparison of the vendor with the raw tables (thirty seeds; `pytest -m slow` takes
`CONFORMANCE_SEEDS`, a thousand by default). One source alone: `pytest -k "<source>"`.

A test that one vendor cannot be put to (it reports no totals, say) is left out by what the adapter
says of itself, never by its name.
"""

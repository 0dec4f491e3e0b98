-- The watch reckons word of a recalled lot as owed: by the lot that a dose was given from. It names nobody.
grant select (lot_number) on dose to sesshu_monitor;

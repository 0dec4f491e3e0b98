-- The watch sees at any minute whether mails wait and none leaves: since when, and until when they may not be
-- tried. Ids and instants.
grant select (queued_at, leased_until) on notice_attempt to sesshu_monitor;

-- A pile whose totals agreed is being recorded: set under the row's lock, in the transaction that checks
-- them. From then on no slip comes, goes or is discarded; broken off, the recording is taken up again.
alter table keying_batch add column recording_at timestamptz;

-- The words that a scan writes, as types. As checks of the tables each list was read from its stored
-- text by every single INSERT (a fifth of the processor time of a scan's writing statement); a type's
-- list is prepared once per connection. The same words are refused with the same error code.
create domain scan_verdict as text
  check (value in ('recorded','recordedWithFindings','held','waiting','screenedOnly','alreadyRecorded'));
create domain slip_kind as text check (value in ('vaccination','screenedOnly'));
create domain read_route as text check (value in ('qr','nw7','ocr','typed','paper'));
create domain age_band as text check (value in ('-64','65-','UNK'));
create domain course_opening as text check (value in ('wave','scan'));
create domain course_cause as text
  check (value in ('doseGiven','relocated','corrected','replanned','closed'));
create domain course_stage as text
  check (value in ('awaitingFirstDose','awaitingSecondDose','secondDoseOverdue','inFollowUp','complete','closed'));
create domain course_ending as text
  check (value in ('deceased','movedAbroad','declined','merged','removedFromRegister'));

alter table scan
  drop constraint scan_verdict_check,
  drop constraint scan_slip_kind_check,
  drop constraint scan_read_by_check,
  alter column verdict type scan_verdict,
  alter column slip_kind type slip_kind,
  alter column read_by type read_route;
alter table ticket_slip
  drop constraint ticket_slip_slip_kind_check,
  alter column slip_kind type slip_kind;
alter table dose
  drop constraint dose_age_band_check,
  alter column age_band type age_band,
  alter column read_by type read_route;
alter table course
  drop constraint course_opened_because_check,
  drop constraint course_cause_check,
  drop constraint course_stage_check,
  drop constraint course_closed_because_check,
  alter column opened_because type course_opening,
  alter column cause type course_cause,
  alter column stage type course_stage,
  alter column closed_because type course_ending;

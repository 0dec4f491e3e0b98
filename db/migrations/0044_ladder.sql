-- The whole ladder of notices: reminders before the due date, recalled lots, invitations.

alter table notice drop constraint notice_kind_check, drop constraint notice_phase_check;
alter table notice
  add constraint notice_kind_check
    check (kind in ('reminder', 'relocationNotice', 'lotRecall', 'invitation')),
  add constraint notice_phase_check
    check (phase = '' or (kind = 'reminder' and phase in ('preDue', 'overdue')));

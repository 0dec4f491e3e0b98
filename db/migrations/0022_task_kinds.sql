-- What a person can be asked to do by hand. A table, so that each part of the system adds its own kinds.
create table task_kind (kind text primary key check (char_length(kind) between 1 and 40));
insert into task_kind values ('followUp'), ('noticeByHand'), ('issueTicket'), ('moveInMissing'),
  ('toldVaccinated'), ('toldNotMine');

alter table task drop constraint task_kind_check;
alter table task add constraint task_kind_known foreign key (kind) references task_kind(kind);

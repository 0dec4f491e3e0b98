-- How far an evening's letters leave without people's eyes: one person makes it stricter, two make it looser.
insert into approval_kind values ('releaseRule');

-- Looser: more letters by themselves, or no wait for the last evening's account. It takes an approval of
-- exactly that, used up in the same transaction; what owns the table (a restore, a demo's set-up) is free.
create function keep_release_rule() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  if new.release_automatically_up_to <= coalesce(old.release_automatically_up_to, 0)
     and (new.waits_for_reconciliation or not coalesce(old.waits_for_reconciliation, true)) then
    return new;
  end if;
  if pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'member') then
    return new;
  end if;
  if not exists (
    select from approval a
     where a.kind = 'releaseRule' and a.office = new.municipality_code
       and a.approved_by is not null and a.used_at >= now()
       and a.subject = jsonb_build_object(
             'releaseAutomaticallyUpTo', new.release_automatically_up_to,
             'waitsForReconciliation', new.waits_for_reconciliation::int)) then
    raise exception 'releaseTakesTwo' using errcode = 'SE004';
  end if;
  return new;
end $$;
revoke all on function keep_release_rule() from public;
create trigger release_rule_kept before insert or update on municipality_setting
  for each row execute function keep_release_rule();

-- The town page counts a municipality's doses by the issuer of the ticket, and those of its venues by
-- venue. Without these two, each look at one town of a country of ten million doses reads all of them.
create index dose_issuer on dose (issuing_municipality_code, recorded_on);
create index dose_venue on dose (venue_code);

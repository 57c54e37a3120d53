alter table parts add column maker text;

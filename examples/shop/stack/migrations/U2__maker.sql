alter table parts drop column maker;

create table parts (id serial primary key, name text not null unique, notes text not null default '');
create table offers (id serial primary key, part_id int not null references parts, price numeric(10, 2) not null);
insert into parts (name) select 'bolt ' || n from generate_series(1, 500) n;
insert into offers (part_id, price) select n % 500 + 1, n from generate_series(1, 1500) n;
analyze;

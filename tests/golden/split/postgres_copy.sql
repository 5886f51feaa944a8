-- postgresql
COPY t FROM '/srv/data.csv' WITH (FORMAT csv);
COPY (SELECT stdin FROM stdin) TO '/srv/out;.csv';
SELECT copy FROM stdin;
CREATE TABLE copy (stdin text);

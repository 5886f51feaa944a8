-- sqlite
SELECT [a FROM t;

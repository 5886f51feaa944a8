-- postgresql
CREATE TABLE "a;b" (id bigint, "c""; d" text DEFAULT 'it''s; fine');
INSERT INTO "a;b" VALUES (1, E'it\'s; \\'), (2, U&'d\0061;'), (3, 'a\'); SELECT B'01', x'3b';
SELECT '{"a":1}'::jsonb ->> 'a', $1, a[1:2] FROM t WHERE x @> y;
/* outer /* inner; */ still; */ SELECT 'größe;', größe FROM maße;
SELECT E'one;'
       'two\';' AS text;
SELECT a$b$c FROM t; SELECT 1; SELECT 2 -- c$

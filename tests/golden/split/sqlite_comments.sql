-- sqlite
/* comments /* do not nest; */ SELECT 1; /* so this is */
SELECT $a, @b, :c; -- $tag$ ; $tag$ is nothing here
SELECT 2 - -1; SELECT 3 -- three
;
SELECT "a" -- don't
     , 'b';

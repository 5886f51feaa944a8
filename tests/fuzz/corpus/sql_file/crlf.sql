-- revision: a
-- migrate:up
SELECT "a", `b`, [c], $$d$$;
--migrate : down

-- postgresql
DO $do$ BEGIN END $DO$;

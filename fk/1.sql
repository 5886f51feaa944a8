-- one
-- revision: k1

-- migrate:up
CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p INTEGER REFERENCES p); INSERT INTO p VALUES(1); INSERT INTO c VALUES(1);
-- migrate:down

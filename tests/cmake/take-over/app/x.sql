-- What an application has made by itself, before there were migrations.
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name VARCHAR(80) NOT NULL UNIQUE,
  age INTEGER CHECK (age >= 0)
);
CREATE TABLE pets (
  id INTEGER NOT NULL PRIMARY KEY,
  owner INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT DEFAULT 'it''s'
);
CREATE INDEX ix_pets_owner ON pets (owner);
CREATE VIEW owners AS SELECT DISTINCT owner FROM pets;
INSERT INTO users (name, age) VALUES ('Ann', 40), ('O''Neil', NULL);
INSERT INTO pets (id, owner, name) VALUES (7, 1, 'Rex');

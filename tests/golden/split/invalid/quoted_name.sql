-- sqlite
CREATE TABLE "größe (a);

-- What was erased at somebody's request and is not loaded again: mentions by their
-- content id, authors by their pseudonym. Neither tells anything of a text or a name.
CREATE TABLE erased (id UUID NOT NULL, asked TIMESTAMP NOT NULL);
CREATE TABLE erased_authors (author VARCHAR NOT NULL, asked TIMESTAMP NOT NULL);

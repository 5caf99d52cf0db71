-- A patch is sealed links and signatures: nothing that compresses. The weeks that are there keep trying, new ones do not.
ALTER TABLE delivery ALTER COLUMN patch SET STORAGE EXTERNAL;

-- Version 3: whole finished runs can be purged, and leave their number, counts and last hash.
--
-- A row in `purged` is the only leave to delete, and it deletes by itself: the run that it names, whole, in the same statement. There is
-- no moment in which a run is half gone, and no way to delete anything but by leaving such a row.

CREATE TABLE purged(
  -- The how-manieth purge of this journal, and the run.
  number INTEGER PRIMARY KEY CHECK(number>=1), run_id INTEGER NOT NULL UNIQUE,
  -- The run's own link of the chain, which the next run's follows; and its last fact's, which is the run's own where nothing happened.
  chain TEXT NOT NULL CHECK(length(chain)=64), end_chain TEXT NOT NULL CHECK(length(end_chain)=64),
  facts INTEGER NOT NULL CHECK(facts>=0),
  -- The above, the counts and the time as JSON; and SHA-256 over the seal of the purge before and this entry.
  entry TEXT NOT NULL, seal TEXT NOT NULL CHECK(length(seal)=64)) STRICT;

CREATE TRIGGER purged_next BEFORE INSERT ON purged WHEN NEW.number<>1+ifnull((SELECT max(number) FROM purged),0)
  BEGIN SELECT RAISE(ABORT,'I26: purges follow one another'); END;
CREATE TRIGGER purged_once BEFORE INSERT ON purged WHEN EXISTS(SELECT 1 FROM purged WHERE run_id=NEW.run_id)
  BEGIN SELECT RAISE(ABORT,'I26: a run is purged once'); END;
CREATE TRIGGER purged_true BEFORE INSERT ON purged WHEN NOT EXISTS(SELECT 1 FROM run WHERE id=NEW.run_id AND chain=NEW.chain)
   OR NEW.facts<>(SELECT count(*) FROM fact WHERE run_id=NEW.run_id)
   OR NEW.end_chain<>ifnull((SELECT chain FROM fact WHERE run_id=NEW.run_id ORDER BY seq DESC LIMIT 1),NEW.chain)
  BEGIN SELECT RAISE(ABORT,'I26: a purge leaves what is true'); END;
-- A run that was never confirmed did nothing. Any other must have finished, and not have been taken up again since.
CREATE TRIGGER purged_finished BEFORE INSERT ON purged WHEN (SELECT confirmed_ms FROM run WHERE id=NEW.run_id) IS NOT NULL
   AND ifnull((SELECT max(seq) FROM fact WHERE run_id=NEW.run_id AND json_extract(fact,'$.event')='finished'),0)
     <=ifnull((SELECT max(seq) FROM fact WHERE run_id=NEW.run_id AND json_extract(fact,'$.event')='recovered'),0)
  BEGIN SELECT RAISE(ABORT,'I26: only finished runs are purged'); END;
CREATE TRIGGER purged_settled BEFORE INSERT ON purged WHEN (SELECT confirmed_ms FROM run WHERE id=NEW.run_id) IS NOT NULL AND EXISTS(
   SELECT 1 FROM plan_item p WHERE p.run_id=NEW.run_id
     AND NOT EXISTS(SELECT 1 FROM final f WHERE f.run_id=p.run_id AND f.conversation_id=p.conversation_id))
  BEGIN SELECT RAISE(ABORT,'I26: only finished runs are purged'); END;
CREATE TRIGGER purged_ro BEFORE UPDATE ON purged BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER purged_nd BEFORE DELETE ON purged BEGIN SELECT RAISE(ABORT,'append-only'); END;

CREATE TRIGGER purged_removes AFTER INSERT ON purged BEGIN
  DELETE FROM final WHERE run_id=NEW.run_id;
  DELETE FROM outcome WHERE run_id=NEW.run_id;
  DELETE FROM intent WHERE run_id=NEW.run_id;
  DELETE FROM ending WHERE run_id=NEW.run_id;
  DELETE FROM absence WHERE run_id=NEW.run_id;
  DELETE FROM observation WHERE run_id=NEW.run_id;
  DELETE FROM plan_wrap_up WHERE run_id=NEW.run_id;
  DELETE FROM plan_leg WHERE run_id=NEW.run_id;
  DELETE FROM plan_item WHERE run_id=NEW.run_id;
  DELETE FROM fact WHERE run_id=NEW.run_id;
  DELETE FROM run WHERE id=NEW.run_id;
END;

-- The number of a run is never given again, and a run is not replaced.
CREATE TRIGGER run_next BEFORE INSERT ON run WHEN NEW.id<>1+max(ifnull((SELECT max(id) FROM run),0),ifnull((SELECT max(run_id) FROM purged),0))
  BEGIN SELECT RAISE(ABORT,'I26: runs follow one another'); END;

DROP TRIGGER run_nd;
DROP TRIGGER plan_item_nd;
DROP TRIGGER plan_leg_nd;
DROP TRIGGER plan_wrap_up_nd;
DROP TRIGGER fact_nd;
DROP TRIGGER observation_nd;
DROP TRIGGER absence_nd;
DROP TRIGGER ending_nd;
DROP TRIGGER intent_nd;
DROP TRIGGER outcome_nd;
DROP TRIGGER final_nd;
CREATE TRIGGER run_nd BEFORE DELETE ON run WHEN NOT EXISTS(SELECT 1 FROM purged WHERE run_id=OLD.id)
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER plan_item_nd BEFORE DELETE ON plan_item WHEN NOT EXISTS(SELECT 1 FROM purged WHERE run_id=OLD.run_id)
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER plan_leg_nd BEFORE DELETE ON plan_leg WHEN NOT EXISTS(SELECT 1 FROM purged WHERE run_id=OLD.run_id)
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER plan_wrap_up_nd BEFORE DELETE ON plan_wrap_up WHEN NOT EXISTS(SELECT 1 FROM purged WHERE run_id=OLD.run_id)
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER fact_nd BEFORE DELETE ON fact WHEN NOT EXISTS(SELECT 1 FROM purged WHERE run_id=OLD.run_id)
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER observation_nd BEFORE DELETE ON observation WHEN NOT EXISTS(SELECT 1 FROM purged WHERE run_id=OLD.run_id)
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER absence_nd BEFORE DELETE ON absence WHEN NOT EXISTS(SELECT 1 FROM purged WHERE run_id=OLD.run_id)
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER ending_nd BEFORE DELETE ON ending WHEN NOT EXISTS(SELECT 1 FROM purged WHERE run_id=OLD.run_id)
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER intent_nd BEFORE DELETE ON intent WHEN NOT EXISTS(SELECT 1 FROM purged WHERE run_id=OLD.run_id)
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER outcome_nd BEFORE DELETE ON outcome WHEN NOT EXISTS(SELECT 1 FROM purged WHERE run_id=OLD.run_id)
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER final_nd BEFORE DELETE ON final WHEN NOT EXISTS(SELECT 1 FROM purged WHERE run_id=OLD.run_id)
  BEGIN SELECT RAISE(ABORT,'append-only'); END;

-- next_poll: when the last poll's floor ends. next_sprint: when its quicker floor ends, for polls around a release.
ALTER TABLE budgets ADD COLUMN next_sprint BIGINT;
UPDATE budgets SET next_sprint = next_poll;

-- name: inbox
-- title: Refused or left alone
-- audience: operators
-- description: What lies in the inbox and could not be used, or was left alone, and since which run that is so.
--
-- column: file text 44 File
-- column: fate text 9 Is
-- column: since instant 20 Since
-- column: why text 60 Why

SELECT file, fate, since, why FROM inbox WHERE fate <> 'stored' AND unixepoch(since) <= unixepoch(:as_of)
ORDER BY fate DESC, file

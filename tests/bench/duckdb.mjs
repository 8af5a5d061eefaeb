// The peer of Q1: what someone would write with DuckDB instead, both verdicts in their simplest form, in memory, two
// threads: node duckdb.mjs FOLDER OUT.csv
// One row a Device: organisations stand once for each of their keys, and Devices have several snapshots.
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [folder, out] = process.argv.slice(2);
const asOf = readFileSync(`${folder}/as-of.txt`, 'utf8').trim();
const instance = await DuckDBInstance.create(':memory:', { threads: '2', preserve_insertion_order: 'false' });
const db = await instance.connect();

await db.run(`
copy (
  with inventory as (
    select device_id, device_type, csp_region, chf_id, mpxn, manufacturer, model, firmware, status, smets,
           commissioned_at::timestamptz as commissioned_at
    from read_csv('${folder}/inventory-*.csv', all_varchar = true)),
  registration as (
    select mpxn, arg_max(supplier_id, effective_from) as supplier_id,
           arg_max(network_operator_id, effective_from) as network_operator_id
    from read_csv('${folder}/registration.csv', all_varchar = true) group by mpxn),
  organisations as (
    select replace(entity_id, '-', '') as entity, any_value(party) as party
    from read_csv('${folder}/organisations.csv', all_varchar = true) group by entity),
  requests as (
    select device_id,
           count(*) filter (where srv = '6.17' and ok) as issued,
           count(*) filter (where srv = '6.15.2' and ok) as updated,
           count(*) filter (where srv = '6.15.1' and ok) as operator_done,
           count(*) filter (where answered) as contacts
    from (select r.device_id, r.srv,
                 r.response_code = 'I0' and lower(trim(r.execution_status)) in ('success', 'ok', '0') as ok,
                 r.response_code = 'I0' as answered
          from read_csv('${folder}/srv-audit.csv', all_varchar = true) r
          join inventory i using (device_id)
          where r.requested_at::timestamptz >= i.commissioned_at and coalesce(r.command_variant, '') <> '4')
    group by device_id),
  cells as (
    select device_id, taken_at, cells, device_certificates from read_json('${folder}/certificates.ndjson',
      format = 'newline_delimited', columns = {device_id: 'VARCHAR', taken_at: 'TIMESTAMPTZ', source: 'VARCHAR',
        answered: 'BOOLEAN',
        cells: 'STRUCT(role VARCHAR, key_usage VARCHAR, subject_id VARCHAR, key_id VARCHAR, status VARCHAR)[]',
        device_certificates: 'STRUCT(key_usage VARCHAR, serial VARCHAR, not_before TIMESTAMPTZ, subject_id VARCHAR)[]'})),
  snapshots as (
    select c.device_id,
           arg_max(len(list_filter(c.device_certificates,
                                   x -> x.not_before >= i.commissioned_at - interval 1 day)), taken_at) as fresh,
           arg_max(len(list_filter(c.cells, x -> x.role = 'NetworkOperator' and
                   replace(x.subject_id, '-', '') = replace(g.network_operator_id, '-', ''))), taken_at) as operator_cells
    from cells c join inventory i using (device_id) left join registration g on g.mpxn = i.mpxn
    group by c.device_id),
  checks as (
    select device_id, arg_max(result, checked_at) filter (where "check" = 'communicating') as communicating,
           arg_max(result, checked_at) filter (where "check" = 'recovery-cell') as recovery_cell
    from read_csv('${folder}/dsp-checks.csv', all_varchar = true) group by device_id),
  judged as (
    select i.*, g.supplier_id, g.network_operator_id, k.communicating, k.recovery_cell, r.issued, r.updated, r.operator_done,
           s.fresh, s.operator_cells, r.contacts,
           i.device_type not in ('ESME', 'GSME', 'GPF', 'CHF') or i.status <> 'Commissioned' or i.smets = 'SMETS1'
               or i.commissioned_at is null as excluded,
           i.commissioned_at + interval 7 day > timestamptz '${asOf}' as pending,
           coalesce(r.issued >= 2 and r.updated >= 2 and
                    (r.operator_done >= 1 or i.device_type not in ('ESME', 'GPF')) and
                    k.communicating = 'pass' and k.recovery_cell = 'pass', false) as legacy,
           coalesce((r.updated >= 2 or s.fresh >= 2) and
                    (i.device_type not in ('ESME', 'GPF') or s.operator_cells >= 2 or r.operator_done >= 1) and
                    (r.contacts > 0 or k.communicating = 'pass') and k.recovery_cell = 'pass', false) as revised
    from inventory i left join registration g on g.mpxn = i.mpxn left join requests r using (device_id)
    left join snapshots s using (device_id) left join checks k using (device_id))
  select j.*, o.party as supplier, n.party as network_operator,
         case when j.excluded then 'EXCLUDED' when revised then 'PASS' when j.pending then 'PENDING' else 'FAIL' end as verdict,
         case when j.excluded then 'EXCLUDED' when legacy then 'PASS' when j.pending then 'PENDING' else 'FAIL' end
             as legacy_verdict
  from judged j left join organisations o on o.entity = replace(j.supplier_id, '-', '')
  left join organisations n on n.entity = replace(j.network_operator_id, '-', '')
  order by device_id
) to '${out}' (header, delimiter ',')`);

//! Every static statement is prepared on both engines, which must agree on its parameters and columns. SQLite binds NULL to
//! a parameter that nobody binds, so a slip would go unnoticed there.

use crate::world::World;
use sqlx::{
    AssertSqlSafe, Column, Connection, Either, Executor, PgConnection, SqlSafeStr, SqliteConnection, Statement,
};
use tests::support::Engine;

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_prepare_every_statement_alike() {
    let (sqlite, postgres) = (World::new(Engine::Sqlite).await, World::new(Engine::Postgres).await);
    let mut lite = SqliteConnection::connect(&sqlite.url).await.unwrap();
    let mut server = PgConnection::connect(&postgres.url).await.unwrap();
    let catalogue = store::catalogue();
    assert!(catalogue.len() > 100, "{}", catalogue.len());
    for (name, text) in catalogue {
        let here = (&mut lite).prepare(AssertSqlSafe(text.clone()).into_sql_str()).await;
        let here = here.unwrap_or_else(|error| panic!("{name} on SQLite: {error}\n{text}"));
        let there = (&mut server).prepare(AssertSqlSafe(text.clone()).into_sql_str()).await;
        let there = there.unwrap_or_else(|error| panic!("{name} on PostgreSQL: {error}\n{text}"));
        let count = |parameters: Option<Either<usize, usize>>| parameters.map(|p| p.either(|n| n, |n| n)).unwrap_or(0);
        let ours = count(here.parameters().map(|p| p.map_left(<[_]>::len)));
        let theirs = count(there.parameters().map(|p| p.map_left(<[_]>::len)));
        assert_eq!(ours, theirs, "parameters of {name}");
        let columns = |names: Vec<&str>| names.len();
        let ours = columns(here.columns().iter().map(Column::name).collect());
        let theirs = columns(there.columns().iter().map(Column::name).collect());
        assert_eq!(ours, theirs, "columns of {name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_have_the_same_tables_and_columns() {
    let (sqlite, postgres) = (World::new(Engine::Sqlite).await, World::new(Engine::Postgres).await);
    let mut here = sqlite
        .texts(
            "SELECT m.name || '.' || c.name || ' ' || CASE c.type WHEN 'INTEGER' THEN 'number' WHEN 'BLOB' THEN 'bytes' \
             ELSE 'text' END || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN '' ELSE ' null' END FROM sqlite_master m \
             JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' \
             AND m.name NOT LIKE 'sqlite%'",
        )
        .await;
    let mut there = postgres
        .texts(
            "SELECT table_name || '.' || column_name || ' ' || CASE data_type WHEN 'bigint' THEN 'number' WHEN 'bytea' \
             THEN 'bytes' ELSE 'text' END || CASE is_nullable WHEN 'NO' THEN '' ELSE ' null' END \
             FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'",
        )
        .await;
    here.sort_unstable();
    there.sort_unstable();
    assert_eq!(here, there);
    let mut here =
        sqlite.texts("SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite%'").await;
    let mut there = postgres
        .texts("SELECT CAST(indexname AS TEXT) FROM pg_indexes WHERE schemaname = 'public' AND indexdef NOT LIKE '%UNIQUE%' \
                AND indexname NOT LIKE '\\_sqlx%'")
        .await;
    there.extend(["ownership_rule_rank", "audit_in_chain"].map(ToOwned::to_owned));
    here.sort_unstable();
    there.sort_unstable();
    assert_eq!(here, there);
}

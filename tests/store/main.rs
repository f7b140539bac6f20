//! The store on both engines.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod audit;
mod backup;
mod books;
mod catalogue;
mod cipher;
mod decisions;
mod feeds;
mod growth;
mod imports;
mod integrity;
mod inventory;
mod jobs;
mod keys;
mod known;
mod local_rules;
mod marks;
mod measures;
mod merges;
mod order;
mod overrides;
mod owners;
mod read_bench;
mod read_detail;
mod read_empty;
mod read_filter;
mod read_metrics;
mod read_paging;
mod read_people;
mod read_scene;
mod read_support;
mod replace;
mod retention;
mod risk;
mod scans;
mod schedules;
mod sources;
mod world;

%% The part of crypto that is built in: random bytes and hashes.
-module(crypto).

-export([start/0, stop/0, strong_rand_bytes/1, hash/2, mac/4, exor/2, supports/1,
         hash_init/1, hash_update/2, hash_final/1, bytes_to_integer/1]).

start() -> ok.
stop() -> ok.

strong_rand_bytes(_N) -> erlang:nif_error(undef).
hash(_Type, _Data) -> erlang:nif_error(undef).
mac(_Type, _SubType, _Key, _Data) -> erlang:nif_error(undef).
exor(_A, _B) -> erlang:nif_error(undef).

supports(hashs) -> [sha, sha224, sha256, sha384, sha512, md5];
supports(macs) -> [hmac];
supports(_) -> [].

%% The data is hashed when all of it is there.
hash_init(Type) -> {hash_state, Type, []}.
hash_update({hash_state, Type, Data}, More) -> {hash_state, Type, [Data | iolist_to_binary(More)]}.
hash_final({hash_state, Type, Data}) -> hash(Type, Data).

bytes_to_integer(Bin) -> binary:decode_unsigned(Bin).

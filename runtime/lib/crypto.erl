%% Cryptography: hashes, ciphers and keys are Go's, whose natives are at the
%% end; here are the functions that people call, and what is wrong with their
%% arguments, in the words of erl's library.
-module(crypto).

-export([start/0, stop/0, supports/0, supports/1, info/0, info_lib/0, info_fips/0, enable_fips_mode/1,
         version/0]).
-export([hash/2, hash_init/1, hash_update/2, hash_final/1, hash_xof/3, hash_info/1, hash_equals/2,
         mac/3, mac/4, macN/4, macN/5, mac_init/2, mac_init/3, mac_update/2, mac_final/1, mac_finalN/2,
         pbkdf2_hmac/5, exor/2, mod_pow/3, bytes_to_integer/1]).
-export([cipher_info/1, crypto_one_time/4, crypto_one_time/5, crypto_init/3, crypto_init/4, crypto_update/2,
         crypto_final/1, crypto_one_time_aead/6, crypto_one_time_aead/7]).
-export([generate_key/2, generate_key/3, compute_key/4, privkey_to_pubkey/2, sign/4, sign/5, verify/5,
         verify/6, public_encrypt/4, private_decrypt/4, private_encrypt/4, public_decrypt/4, ec_curves/0]).
-export([strong_rand_bytes/1, strong_rand_range/1, rand_uniform/2, rand_seed/0, rand_seed/1, rand_seed_s/0,
         rand_seed_alg/1, rand_seed_alg_s/1, rand_plugin_next/1, rand_plugin_uniform/1,
         rand_plugin_uniform/2, rand_plugin_bytes/2]).
-export([format_error/2]).
-export([hash_native/2, hash_xof_native/3, hmac_native/3, hash_facts/1, pbkdf2_native/5, mod_pow_native/3,
         cipher_facts/1, cipher_start/5, cipher_update/2, cipher_final/1, aead_seal/5, aead_open/6,
         cmac_native/3, ec_key/2, ec_shared/3, ec_sign/4, ec_verify/5, rsa_key/2, rsa_sign/5, rsa_verify/6,
         rsa_encrypt/4, rsa_decrypt/4]).

start() -> application:start(crypto).
stop() -> application:stop(crypto).

supports() -> [{Item, supports(Item)} || Item <- [hashs, ciphers, kems, public_keys, macs, curves, rsa_opts]].

supports(hashs) ->
    [blake2s, blake2b, shake256, shake128, sha3_512, sha3_384, sha3_256, sha3_224, sha512_256, sha512_224,
     sha512, sha384, sha256, sha224, sha, md5];
supports(ciphers) ->
    [chacha20_poly1305, aes_256_gcm, aes_192_gcm, aes_128_gcm, chacha20, aes_256_ofb, aes_192_ofb, aes_128_ofb,
     des_ede3_cbc, des_ecb, des_cbc, rc4, aes_128_cbc, aes_192_cbc, aes_256_cbc, aes_128_cfb128,
     aes_192_cfb128, aes_256_cfb128, aes_128_cfb8, aes_192_cfb8, aes_256_cfb8, aes_128_ecb, aes_192_ecb,
     aes_256_ecb, aes_128_ctr, aes_192_ctr, aes_256_ctr];
supports(kems) -> [];
supports(public_keys) -> [rsa, dh, ecdsa, ecdh, eddsa, eddh];
supports(macs) -> [cmac, hmac];
supports(curves) -> [secp256r1, prime256v1, secp384r1, secp521r1, ed25519, x25519];
supports(rsa_opts) ->
    [rsa_pkcs1_pss_padding, rsa_pss_saltlen, rsa_pkcs1_oaep_padding, rsa_oaep_md, rsa_pkcs1_padding].

ec_curves() -> supports(curves).

info() -> #{compile_type => normal, link_type => static, otp_crypto_version => version(), fips_provider_available => false}.
info_lib() -> [{<<"Go">>, 0, <<"Go's crypto packages">>}].
info_fips() -> not_supported.
enable_fips_mode(false) -> true;
enable_fips_mode(true) -> false.
version() -> "5.10".

%%% What is wrong with an argument: {Tag, {File, Line}, Text} is the reason, as
%%% erl gives it, and what an explanation is made of.

-define(BAD(N, Where, Text, Args), ?BAD(badarg, N, Where, Text, Args)).

-define(BAD(Tag, N, Where, Text, Args),
        erlang:error({Tag, Where, Text}, Args, [{error_info, #{module => ?MODULE, cause => {N, Where, Text}}}])).

format_error({_, _, _}, [{_, _, _, Info} | _]) ->
    case proplists:get_value(error_info, Info, #{}) of
        #{cause := {N, {File, Line}, Text}} ->
            #{N => unicode:characters_to_binary(Text),
              general => iolist_to_binary(io_lib:format("(Found in the internal file ~s at line ~w)", [File, Line]))};
        _ -> #{}
    end;
format_error(_, _) -> #{}.

%%% Hashes.

hash(Type, Data) ->
    Bin = iolist_to_binary(Data),
    case hash_facts(Type) of
        {_, _} -> hash_native(Type, Bin);
        undefined when Type =:= shake128 -> hash_xof_native(Type, Bin, 16);
        undefined when Type =:= shake256 -> hash_xof_native(Type, Bin, 32);
        undefined -> ?BAD(1, {"hash.c", 111}, "Bad digest type", [Type, Bin])
    end.

hash_xof(Type, Data, Bits) ->
    Bin = iolist_to_binary(Data),
    try hash_xof_native(Type, Bin, Bits div 8)
    catch error:badarg -> ?BAD(1, {"hash.c", 174}, "Bad digest type", [Type, Bin, Bits])
    end.

hash_info(Type) ->
    case hash_facts(Type) of
        {Size, Block} -> #{size => Size, block_size => Block, type => number(Type)};
        undefined -> ?BAD(1, {"hash.c", 60}, "Bad digest type", [Type])
    end.

number(Type) -> proplists:get_value(Type, [{md5, 4}, {sha, 64}, {sha224, 675}, {sha256, 672}, {sha384, 673},
                                           {sha512, 674}], 0).

%% The data is hashed when all of it is there.
hash_init(Type) ->
    case hash_facts(Type) of
        {_, _} -> {hash_state, Type, []};
        undefined -> ?BAD(1, {"hash.c", 208}, "Bad digest type", [Type])
    end.

hash_update({hash_state, Type, Data}, More) -> {hash_state, Type, [Data | iolist_to_binary(More)]}.

hash_final({hash_state, Type, Data}) -> hash(Type, Data).

hash_equals(A, B) when is_binary(A), is_binary(B), byte_size(A) =:= byte_size(B) ->
    %% As long for those that differ early as for those that differ late.
    lists:sum([X bxor Y || {X, Y} <- lists:zip(binary_to_list(A), binary_to_list(B))]) =:= 0;
hash_equals(A, B) -> error(badarg, [A, B]).

%%% Keyed hashes.

mac(Type, Key, Data) -> mac(Type, undefined, Key, Data).

mac(Type, SubType, Key0, Data) ->
    Key = iolist_to_binary(Key0),
    Args = [Type, SubType, Key, Data],
    case Type of
        hmac ->
            case hash_facts(SubType) of
                {_, _} -> hmac_native(SubType, Key, Data);
                undefined -> ?BAD(2, {"mac.c", 281}, "Bad digest algorithm for HMAC", Args)
            end;
        cmac ->
            case cipher_facts(SubType) of
                {_, N, _, _} when byte_size(Key) =/= N -> ?BAD(3, {"mac.c", 368}, "Bad key length", Args);
                {_, _, _, _} -> cmac_native(SubType, Key, Data);
                undefined -> ?BAD(2, {"mac.c", 354}, "Unknown cipher", Args)
            end;
        _ -> ?BAD(1, {"mac.c", 263}, "Unknown mac algorithm", Args)
    end.

macN(Type, Key, Data, N) -> macN(Type, undefined, Key, Data, N).

macN(Type, SubType, Key, Data, N) ->
    Mac = mac(Type, SubType, Key, Data),
    binary:part(Mac, 0, min(N, byte_size(Mac))).

mac_init(Type, Key) -> mac_init(Type, undefined, Key).

mac_init(Type, SubType, Key) ->
    _ = mac(Type, SubType, Key, <<>>),
    {mac_state, Type, SubType, Key, []}.

mac_update({mac_state, Type, SubType, Key, Data}, More) ->
    {mac_state, Type, SubType, Key, [Data | iolist_to_binary(More)]}.

mac_final({mac_state, Type, SubType, Key, Data}) -> mac(Type, SubType, Key, Data).

mac_finalN({mac_state, Type, SubType, Key, Data}, N) -> macN(Type, SubType, Key, Data, N).

pbkdf2_hmac(Type, Password, Salt, Rounds, Length) ->
    Args = [Type, Password, Salt, Rounds, Length],
    Known = hash_facts(Type) =/= undefined,
    if
        not Known -> ?BAD(1, {"pbkdf2_hmac.c", 39}, "Bad digest type", Args);
        not is_binary(Password) -> ?BAD(2, {"pbkdf2_hmac.c", 43}, "Not binary", Args);
        not is_binary(Salt) -> ?BAD(3, {"pbkdf2_hmac.c", 46}, "Not binary", Args);
        not is_integer(Rounds); Rounds < 1 -> ?BAD(4, {"pbkdf2_hmac.c", 50}, "Must be > 0", Args);
        not is_integer(Length); Length < 1 -> ?BAD(5, {"pbkdf2_hmac.c", 55}, "Must be > 0", Args);
        true -> pbkdf2_native(Type, Password, Salt, Rounds, Length)
    end.

mod_pow(Base, Exponent, Prime) ->
    case mod_pow_native(bytes(Base), bytes(Exponent), bytes(Prime)) of
        <<>> -> error;
        Power -> Power
    end.

bytes(N) when is_integer(N) -> binary:encode_unsigned(N);
bytes(Bytes) -> Bytes.

bytes_to_integer(Bin) -> binary:decode_unsigned(Bin).

%%% Ciphers.

cipher_info(Type) ->
    case cipher_facts(Type) of
        {Mode, Key, IV, Block} ->
            #{key_length => Key, iv_length => IV, block_size => Block, mode => mode(Mode),
              prop_aead => Mode =:= gcm orelse Mode =:= aead, type => cipher_number(Type)};
        undefined -> ?BAD(1, {"cipher.c", 319}, "Cipher not found", [Type])
    end.

mode(cfb128) -> cfb_mode;
mode(cfb8) -> cfb_mode;
mode(aead) -> stream_cipher;
mode(rc4) -> stream_cipher;
mode(chacha20) -> stream_cipher;
mode(Mode) -> list_to_atom(atom_to_list(Mode) ++ "_mode").

cipher_number(Type) ->
    proplists:get_value(Type, [{aes_128_ecb, 418}, {aes_128_cbc, 419}, {aes_192_cbc, 423}, {aes_256_cbc, 427},
                               {aes_256_ecb, 426}, {aes_128_gcm, 895}, {aes_192_gcm, 898}, {aes_256_gcm, 901},
                               {aes_128_ctr, 904}, {aes_192_ctr, 905}, {aes_256_ctr, 906}], 0).


crypto_one_time(Type, Key, Data, Flag) -> crypto_one_time(Type, Key, <<>>, Data, Flag).

crypto_one_time(Type, Key, IV, Data, Flag) ->
    Args = [Type, Key, IV, Data, Flag],
    case started(Type, Key, IV, Flag) of
        {bad, N, Where, Text} -> ?BAD(N, Where, Text, Args);
        {Ref, false} -> cipher_update(Ref, Data);
        {Ref, true} ->
            Begin = cipher_update(Ref, Data),
            case cipher_final(Ref) of
                error -> ?BAD(error, 0, {"api_ng.c", 0}, "Can't finalize", Args);
                End -> <<Begin/binary, End/binary>>
            end
    end.

crypto_init(Type, Key, Flag) -> crypto_init(Type, Key, <<>>, Flag).

crypto_init(Type, Key, IV, Flag) ->
    case started(Type, Key, IV, Flag) of
        {bad, N, Where, Text} -> ?BAD(N, Where, Text, [Type, Key, IV, Flag]);
        {Ref, _} -> Ref
    end.

crypto_update(Ref, Data) -> cipher_update(Ref, Data).

crypto_final(Ref) ->
    case cipher_final(Ref) of
        error -> ?BAD(error, 0, {"api_ng.c", 0}, "Can't finalize", [Ref]);
        Rest -> Rest
    end.

%% A cipher that has begun, and whether its text is padded.
started(Type, Key0, IV0, Flag) ->
    Key = bytes_of(Key0),
    IV = bytes_of(IV0),
    case {flags(Flag), cipher_facts(Type)} of
        {bad, _} -> {bad, 4, {"api_ng.c", 116}, "Bad flag value"};
        {_, undefined} -> {bad, 1, {"api_ng.c", 244}, "Unknown cipher"};
        {_, {Mode, _, _, _}} when Mode =:= gcm; Mode =:= aead ->
            {bad, 1, {"api_ng.c", 244}, "Missing arguments for this cipher"};
        {_, {_, N, _, _}} when byte_size(Key) =/= N -> {bad, 2, {"api_ng.c", 246}, "Bad key size"};
        {_, {_, _, N, _}} when N > 0, byte_size(IV) =/= N -> {bad, 3, {"api_ng.c", 309}, "Bad iv size"};
        {{Encrypt, Pad}, {_, _, 0, _}} -> {cipher_start(Type, Key, <<>>, Encrypt, Pad), Pad};
        {{Encrypt, Pad}, _} -> {cipher_start(Type, Key, IV, Encrypt, Pad), Pad}
    end.

bytes_of(Data) ->
    try iolist_to_binary(Data)
    catch error:badarg -> <<>>
    end.

flags(Encrypt) when is_boolean(Encrypt) -> {Encrypt, false};
flags(Options) when is_list(Options) ->
    case proplists:get_value(encrypt, Options, true) of
        Encrypt when is_boolean(Encrypt) -> {Encrypt, proplists:get_value(padding, Options, none) =:= pkcs_padding};
        _ -> bad
    end;
flags(_) -> bad.

crypto_one_time_aead(Type, Key, IV, Text, AAD, true) -> crypto_one_time_aead(Type, Key, IV, Text, AAD, 16, true).

crypto_one_time_aead(Type, Key0, IV0, Text, AAD, TagOrLength, Encrypt) ->
    Args = [Type, Key0, IV0, Text, AAD, TagOrLength, Encrypt],
    Key = bytes_of(Key0),
    IV = bytes_of(IV0),
    case cipher_facts(Type) of
        {Mode, N, _, _} when Mode =:= gcm orelse Mode =:= aead, byte_size(Key) =/= N ->
            ?BAD(2, {"aead.c", 155}, "Bad key length", Args);
        {Mode, _, _, _} when Mode =:= gcm orelse Mode =:= aead, byte_size(IV) < 1 ->
            ?BAD(3, {"aead.c", 165}, "Bad IV length", Args);
        {Mode, _, _, _} when Mode =:= gcm; Mode =:= aead ->
            case Encrypt of
                true ->
                    {Coded, Tag} = aead_seal(Type, Key, IV, Text, AAD),
                    {Coded, binary:part(Tag, 0, TagOrLength)};
                false -> aead_open(Type, Key, IV, Text, AAD, TagOrLength)
            end;
        _ -> ?BAD(1, {"aead.c", 142}, "Unknown cipher or not an AEAD cipher", Args)
    end.

%%% Keys.

generate_key(Type, Params) -> generate_key(Type, Params, undefined).

generate_key(dh, [P, G | _], Private0) ->
    Prime = bytes(P),
    Private = case Private0 of
                  undefined -> binary:encode_unsigned(strong_number(binary:decode_unsigned(Prime)));
                  _ -> bytes(Private0)
              end,
    {mod_pow_native(bytes(G), Private, Prime), Private};
generate_key(rsa, {Bits, E}, undefined) ->
    [EB, N | _] = Key = rsa_key(Bits, binary:decode_unsigned(bytes(E))),
    {[EB, N], Key};
generate_key(Type, Curve, Private) when Type =:= ecdh; Type =:= eddh; Type =:= eddsa ->
    case ec_key(Curve, case Private of
                           undefined -> undefined;
                           _ -> bytes(Private)
                       end) of
        undefined ->
            ?BAD(1, {"ec.c", 391}, "Couldn't get Curve definition", [{undefined, Curve}, Private]);
        Pair -> Pair
    end.

strong_number(Prime) when Prime > 4 ->
    2 + binary:decode_unsigned(strong_rand_bytes(byte_size(binary:encode_unsigned(Prime)) + 8)) rem (Prime - 3);
strong_number(_) -> 1.

compute_key(dh, Public, Private, [P | _]) ->
    Prime = bytes(P),
    Secret = mod_pow_native(bytes(Public), bytes(Private), Prime),
    %% As long as the prime.
    Pad = byte_size(Prime) - byte_size(Secret),
    <<0:(Pad * 8), Secret/binary>>;
compute_key(Type, Public, Private, Curve) when Type =:= ecdh; Type =:= eddh ->
    ec_shared(Curve, bytes(Public), bytes(Private)).

privkey_to_pubkey(rsa, [E, N | _]) -> [bytes(E), bytes(N)];
privkey_to_pubkey(Type, [Private, Curve]) when Type =:= ecdsa; Type =:= eddsa; Type =:= ecdh ->
    {Public, _} = ec_key(Curve, bytes(Private)),
    [Public, Curve].

sign(Type, Digest, Message, Key) -> sign(Type, Digest, Message, Key, []).

sign(rsa, Digest, Message, Key, Options) ->
    {Hash, Sum} = digest(Digest, Message),
    rsa_sign(Hash, Sum, [bytes(Part) || Part <- Key], padding(Options), salt(Options));
sign(ecdsa, Digest, Message, [Private, Curve], _) ->
    {_, Sum} = digest(Digest, Message),
    try ec_sign(Curve, Sum, bytes(Private), undefined)
    catch error:badarg -> ?BAD(4, {"pkey.c", 511}, "Couldn't get ECDSA private key", [ecdsa, Digest, Message, [Private, Curve], []])
    end;
sign(eddsa, _, Message, [Private, Curve], _) ->
    try ec_sign(Curve, message(Message), bytes(Private), undefined)
    catch error:badarg -> ?BAD(4, {"pkey.c", 511}, "Couldn't get EDDSA private key", [eddsa, none, Message, [Private, Curve], []])
    end.

verify(Type, Digest, Message, Signature, Key) -> verify(Type, Digest, Message, Signature, Key, []).

verify(rsa, Digest, Message, Signature, Key, Options) ->
    {Hash, Sum} = digest(Digest, Message),
    rsa_verify(Hash, Sum, [bytes(Part) || Part <- Key], padding(Options), salt(Options), Signature);
verify(ecdsa, Digest, Message, Signature, [Public, Curve], _) ->
    {_, Sum} = digest(Digest, Message),
    try ec_verify(Curve, Sum, bytes(Public), undefined, Signature)
    catch error:badarg ->
            ?BAD(5, {"pkey.c", 511}, "Couldn't get ECDSA public key", [ecdsa, Digest, Message, Signature, [Public, Curve], []])
    end;
verify(eddsa, _, Message, Signature, [Public, Curve], _) ->
    try ec_verify(Curve, message(Message), bytes(Public), undefined, Signature)
    catch error:badarg ->
            ?BAD(5, {"pkey.c", 511}, "Couldn't get EDDSA public key", [eddsa, none, Message, Signature, [Public, Curve], []])
    end.

digest(Hash, {digest, Sum}) -> {Hash, Sum};
digest(none, Message) -> {none, message(Message)};
digest(Hash, Message) -> {Hash, hash(Hash, Message)}.

message({digest, Message}) -> Message;
message(Message) -> iolist_to_binary(Message).

padding(Options) -> proplists:get_value(rsa_padding, Options, rsa_pkcs1_padding).

salt(Options) -> proplists:get_value(rsa_pss_saltlen, Options, -2).

public_encrypt(rsa, Text, Key, Options) ->
    {Padding, Hash} = encryption(Options),
    rsa_encrypt(Text, [bytes(Part) || Part <- Key], Padding, Hash).

private_decrypt(rsa, Coded, Key, Options) ->
    {Padding, Hash} = encryption(Options),
    case rsa_decrypt(Coded, [bytes(Part) || Part <- Key], Padding, Hash) of
        error -> ?BAD(error, 0, {"pkey.c", 1226}, "Couldn't decrypt", [rsa, Coded, Key, Options]);
        Text -> Text
    end.

encryption(Padding) when is_atom(Padding) -> {Padding, sha};
encryption(Options) -> {padding(Options), proplists:get_value(rsa_oaep_md, Options, sha)}.

%% What a private key encrypts is padded by ones.
private_encrypt(rsa, Text0, [_, N, D | _], _) ->
    Text = iolist_to_binary(Text0),
    Size = byte_size(bytes(N)),
    Ones = binary:copy(<<255>>, Size - byte_size(Text) - 3),
    Coded = mod_pow_native(<<0, 1, Ones/binary, 0, Text/binary>>, bytes(D), bytes(N)),
    Pad = Size - byte_size(Coded),
    <<0:(Pad * 8), Coded/binary>>.

public_decrypt(rsa, Coded, [E, N | _] = Key, Options) ->
    case mod_pow_native(Coded, bytes(E), bytes(N)) of
        <<1, 255, Rest/binary>> ->
            [_, Text] = binary:split(Rest, <<0>>),
            Text;
        _ -> ?BAD(error, 0, {"pkey.c", 1226}, "Couldn't decrypt", [rsa, Coded, Key, Options])
    end.

%%% Random numbers.

strong_rand_range(N) when is_binary(N) ->
    binary:encode_unsigned(strong_rand_range(binary:decode_unsigned(N)));
strong_rand_range(N) when is_integer(N), N > 0 -> below(N).

rand_uniform(From, To) when is_integer(From), is_integer(To), From < To -> From + below(To - From).

%% As often as it takes for each number to be as likely.
below(N) ->
    Bits = length(integer_to_list(N, 2)),
    Skip = -Bits band 7,
    <<_:Skip, R:Bits>> = strong_rand_bytes((Bits + 7) div 8),
    if
        R < N -> R;
        true -> below(N)
    end.

rand_seed() -> rand:seed(rand_seed_s()).
rand_seed(Seed) when is_binary(Seed) -> ok.
rand_seed_s() -> rand_seed_alg_s(crypto).
rand_seed_alg(Alg) -> rand:seed(rand_seed_alg_s(Alg)).

rand_seed_alg_s(crypto) ->
    {#{type => crypto, bits => 64, next => fun ?MODULE:rand_plugin_next/1, bytes => fun ?MODULE:rand_plugin_bytes/2,
       uniform => fun ?MODULE:rand_plugin_uniform/1, uniform_n => fun ?MODULE:rand_plugin_uniform/2}, no_seed};
rand_seed_alg_s(crypto_cache) -> rand_seed_alg_s(crypto).

rand_plugin_next(Seed) -> {below(1 bsl 64), Seed}.
rand_plugin_uniform(State) -> {below(1 bsl 53) / (1 bsl 53), State}.
rand_plugin_uniform(N, State) -> {below(N) + 1, State}.
rand_plugin_bytes(N, State) -> {strong_rand_bytes(N), State}.

%%% In Go.

strong_rand_bytes(_N) -> erlang:nif_error(undef).
exor(_A, _B) -> erlang:nif_error(undef).
hash_native(_Type, _Data) -> erlang:nif_error(undef).
hash_xof_native(_Type, _Data, _Length) -> erlang:nif_error(undef).
hmac_native(_Type, _Key, _Data) -> erlang:nif_error(undef).
hash_facts(_Type) -> erlang:nif_error(undef).
pbkdf2_native(_Type, _Password, _Salt, _Rounds, _Length) -> erlang:nif_error(undef).
mod_pow_native(_Base, _Exponent, _Modulus) -> erlang:nif_error(undef).
cipher_facts(_Type) -> erlang:nif_error(undef).
cipher_start(_Type, _Key, _IV, _Encrypt, _Pad) -> erlang:nif_error(undef).
cipher_update(_Ref, _Data) -> erlang:nif_error(undef).
cipher_final(_Ref) -> erlang:nif_error(undef).
aead_seal(_Type, _Key, _IV, _Text, _AAD) -> erlang:nif_error(undef).
aead_open(_Type, _Key, _IV, _Coded, _AAD, _Tag) -> erlang:nif_error(undef).
cmac_native(_Type, _Key, _Data) -> erlang:nif_error(undef).
ec_key(_Curve, _Private) -> erlang:nif_error(undef).
ec_shared(_Curve, _Public, _Private) -> erlang:nif_error(undef).
ec_sign(_Curve, _Digest, _Private, _Message) -> erlang:nif_error(undef).
ec_verify(_Curve, _Digest, _Public, _Message, _Signature) -> erlang:nif_error(undef).
rsa_key(_Bits, _E) -> erlang:nif_error(undef).
rsa_sign(_Type, _Digest, _Key, _Padding, _Salt) -> erlang:nif_error(undef).
rsa_verify(_Type, _Digest, _Key, _Padding, _Salt, _Signature) -> erlang:nif_error(undef).
rsa_encrypt(_Text, _Key, _Padding, _Hash) -> erlang:nif_error(undef).
rsa_decrypt(_Coded, _Key, _Padding, _Hash) -> erlang:nif_error(undef).

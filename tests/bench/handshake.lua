-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- What a small Lua post-dissector can say of the handshake: for comparison in the benchmark.

local handshake = Proto("handshake", "TCP handshake in Lua")

local stage_field = ProtoField.string("handshake.stage", "Stage")
local seq_field = ProtoField.uint32("handshake.seq", "Relative sequence number")
local ack_field = ProtoField.uint32("handshake.ack", "Relative acknowledgement number")

handshake.fields = { stage_field, seq_field, ack_field }

local get_stream = Field.new("tcp.stream")
local get_flags = Field.new("tcp.flags")
local get_seq = Field.new("tcp.seq_raw")
local get_ack = Field.new("tcp.ack_raw")
local get_port = Field.new("tcp.srcport")

local SYN, ACK = 0x02, 0x10

local streams = {} -- number -> the client's port, what each side's numbers count from, completed
local notes = {}   -- frame number -> what it shows

function handshake.init()
    streams = {}
    notes = {}
end

local function learn()
    local number, flags = get_stream().value, get_flags().value
    local seq, ack, port = get_seq().value, get_ack().value, get_port().value
    local has_syn, has_ack = bit32.btest(flags, SYN), bit32.btest(flags, ACK)
    local stream = streams[number]
    local note = { stage = "other" }

    if not stream then
        stream = { client = port, base = {} }
        streams[number] = stream
    end
    local from_client = port == stream.client
    if has_syn then
        stream.base[from_client] = seq
        note.stage = has_ack and "syn-ack" or "syn"
    elseif has_ack and from_client and not stream.complete and stream.base[false] then
        stream.complete = true
        note.stage = "ack"
    end
    note.seq = (seq - (stream.base[from_client] or seq)) % 4294967296
    note.ack = has_ack and (ack - (stream.base[not from_client] or ack)) % 4294967296
    return note
end

function handshake.dissector(_, pinfo, tree)
    if not pinfo.visited and get_stream() then
        notes[pinfo.number] = learn()
    end
    local note = notes[pinfo.number]
    if note then
        local subtree = tree:add(handshake)
        subtree:add(stage_field, note.stage)
        subtree:add(seq_field, note.seq)
        if note.ack then
            subtree:add(ack_field, note.ack)
        end
    end
end

register_postdissector(handshake)

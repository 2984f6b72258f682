-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- What a dissector in Lua costs that does what the coffee lab's does: protocol column, and the
-- message's lines as text. For tests/bench/htcpcp_instructions.
local coffee = Proto("htcpcp_lua", "HTCPCP in Lua")

function coffee.dissector(buffer, pinfo, tree)
    if buffer:len() == 0 then
        return 0
    end
    pinfo.cols.protocol = "HTCPCP"
    local subtree = tree:add(coffee, buffer(), "HTCPCP Data")
    local text = buffer():string()
    local head, body = text:match("^(.-)\r\n\r\n(.*)$")
    local first = true
    for line in (head or text):gmatch("[^\r\n]+") do
        if first and line:match("^HT") then
            local version, code, phrase = line:match("^(%S+) (%S+) (.*)$")
            subtree:add(buffer(), "Version: " .. tostring(version))
            subtree:add(buffer(), "Status: " .. tostring(code))
            subtree:add(buffer(), "Phrase: " .. tostring(phrase))
        elseif first then
            local method, uri, version = line:match("^(%S+) (%S+) (.*)$")
            subtree:add(buffer(), "Method: " .. tostring(method))
            subtree:add(buffer(), "URI: " .. tostring(uri))
            subtree:add(buffer(), "Version: " .. tostring(version))
        else
            subtree:add(buffer(), line)
        end
        first = false
    end
    if body and #body > 0 then
        subtree:add(buffer(), "Body: " .. body)
    end
    return buffer:len()
end

DissectorTable.get("tcp.port"):add(5030, coffee)

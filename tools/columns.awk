# SPDX-License-Identifier: GPL-2.0-or-later
#
# Prints tshark's rows (fields separated by the unit separator, in the order of print_capture in demo)
# in columns of the necessary width, and cuts the last column so that a line has at most WIDTH bytes.

BEGIN {
    FS = "\037"
    columns = split("no,time,source,destination,stage,sender,seq,ack,+seq,+ack,rtt,set-up,info",
                    titles, ",")
    for (column = 1; column <= columns; column++)
        put(column, titles[column])
}

{
    row++
    put(1, $1)
    put(2, sprintf("%.6f", $2))
    put(3, endpoint($3, $5))
    put(4, endpoint($4, $6))
    for (column = 5; column <= 10; column++)
        put(column, $(column + 2))
    # The times of a connection are in the rows of the segments that end them: the round trip to the
    # server in the row of the SYN-ACK, the round trip to the client in the row of the ACK.
    put(11, $13 == $1 ? duration($15) : $14 == $1 ? duration($16) : "")
    put(12, $14 == $1 ? duration($17) : "")
    put(13, without_ports($18))
}

END {
    if (row == 0) {
        print "No TCP segments."
        exit
    }
    last = row
    for (row = 0; row <= last; row++)
        print line()
}

function put(column, text) {
    cell[row + 0, column] = text
    if (length(text) > width[column])
        width[column] = length(text)
}

function endpoint(address, port) {
    return port == "" ? address : address ":" port
}

function duration(seconds) {
    if (seconds == "")
        return ""
    if (seconds < 0.001)
        return sprintf("%.0f us", seconds * 1000000)
    if (seconds < 1)
        return sprintf("%.1f ms", seconds * 1000)
    return sprintf("%.2f s", seconds)
}

# Wireshark's text for TCP begins with both ports, which have columns of their own here.
function without_ports(text) {
    sub(/^[0-9]+ [^ ]+ [0-9]+ /, "", text)
    return text
}

function line(   column, text) {
    text = sprintf("%" width[1] "s %" width[2] "s", cell[row, 1], cell[row, 2])
    text = text sprintf(" %-" width[3] "s %s %-" width[4] "s",
                        cell[row, 3], row ? "→" : " ", cell[row, 4])
    for (column = 5; column <= 6; column++)
        text = text sprintf(" %-" width[column] "s", cell[row, column])
    for (column = 7; column <= 12; column++)
        text = text sprintf(" %" width[column] "s", cell[row, column])
    text = text " " cell[row, 13]
    return cut(text)
}

# The arrow has three bytes and the width of one; a letter of several bytes is not divided.
function cut(text,   limit) {
    limit = WIDTH + (row ? 2 : 0)
    if (length(text) > limit) {
        text = substr(text, 1, limit)
        sub(/[\300-\377][\200-\277]*$/, "", text)
    }
    sub(/ +$/, "", text)
    return text
}

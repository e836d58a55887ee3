# Sourced by quickstart.sh and check.sh: packages and build. Expects $top, the
# root of the source tree, and a bash with `set -euo pipefail`.

say() { printf '%s\n' "$*" >&2; }

# The packages of the groups named, out of packages.txt, that this machine lacks.
missing_packages() {
    local group package rest
    while read -r group package rest; do
        case " $* " in *" $group "*) ;; *) continue ;; esac
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done < <(grep -v '^#' "$top/packages.txt")
}

# Only what is missing is installed: naming a package that is there could upgrade
# it, and an upgraded Kannel restarts.
install_packages() {
    local missing sudo=
    missing=$(missing_packages "$@" | tr '\n' ' ')
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || {
            say "These Debian packages are missing, and only root can install them: $missing"
            return 1
        }
        sudo=sudo
    fi
    say "Installing Debian packages: $missing"
    $sudo env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 bash "$top/contrib/install-packages.sh" $missing
}

# Configures when it has to and makes everything (contrib/build.sh).
build_tree() { # DIRECTORY OPTIONS…
    local log=$1/build.log
    bash "$top/contrib/build.sh" "$@" >"$log" 2>&1 || {
        tail -n 30 "$log" >&2
        say "The build failed; all of its output is in $log"
        return 1
    }
}

# The sources as they stand in a directory of their own, for a build with other
# options: a tree configured in place cannot be built out of place as well. A tree
# without git is a tarball's, and knows itself what belongs to it.
copy_sources() { # DIRECTORY, below $top
    if [ -e "$top/.git" ]; then
        mkdir -p "$1"
        (cd "$top" && git ls-files -z -co --exclude-standard | xargs -0 -r cp -u --parents -t "$1")
    else
        make -s -C "$top" distdir distdir="${1#"$top/"}"
    fi
}

"""Portuguese."""

from __future__ import annotations

from datetime import date

from corridors.reading.cues import Cue
from corridors.reading.language import Example, Expected, Language

_MONTHS = {
    1: "janeiro", 2: "fevereiro", 3: "março", 4: "abril", 5: "maio", 6: "junho", 7: "julho", 8: "agosto", 9: "setembro",
    10: "outubro", 11: "novembro", 12: "dezembro",
}  # fmt: skip
_WEEKDAYS = {
    0: "segunda-feira, segunda", 1: "terça-feira, terça", 2: "quarta-feira, quarta", 3: "quinta-feira, quinta",
    4: "sexta-feira, sexta", 5: "sábado", 6: "domingo",
}  # fmt: skip
_NUMBERS = {
    2: "dois, duas", 3: "três", 4: "quatro", 5: "cinco", 6: "seis", 7: "sete", 8: "oito", 9: "nove", 10: "dez", 11: "onze", 12: "doze",
    13: "treze", 14: "catorze, quatorze", 15: "quinze", 20: "vinte", 30: "trinta", 40: "quarenta", 50: "cinquenta", 100: "cem",
    16: "dezasseis, dezesseis", 17: "dezassete, dezessete", 18: "dezoito", 19: "dezanove, dezenove", 60: "sessenta",
    70: "setenta", 80: "oitenta", 90: "noventa", 200: "duzentos, duzentas", 300: "trezentos, trezentas",
    400: "quatrocentos, quatrocentas", 500: "quinhentos, quinhentas",
}  # fmt: skip

_ORDINALS = {
    2: "segundo", 3: "terceiro", 4: "quarto", 5: "quinto", 6: "sexto", 7: "sétimo", 8: "oitavo",
}  # fmt: skip

_CUES = {
    Cue.ANOTHER: "outro, mais um",
    Cue.THERE_ARE: "há, são",
    Cue.FROM: "de, do, da, dos, das, desde, a partir de, deixaram, deixar, deixam, abandonaram, fora de, saíram de, sair de, moradores de, moradores da, deixar a, deixaram a, retirados de, retirados do, retiradas do, partiu de, fugiram de",
    Cue.TO: "para, até, rumo a, em direção a, com destino a, à, ao, para a, para o, em direção à",
    Cue.VIA: "por, via, através de, passando por, pela, pelo",
    Cue.AT: "em, na, no, nas, nos, perto de, ao redor de, ao norte de, ao sul de",
    Cue.OF: "habitantes de, civis de, residentes de, população de",
    Cue.BETWEEN: "entre",
    Cue.ARTICLE: "a, o, as, os",
    Cue.KIND: "cidade, cidades, vila, aldeia, aldeias, localidade, porto, portuária, sitiada, cercada, cidade de, capital, siderúrgica, usina, cidade portuária de, campo",
    Cue.ABOUT_PLACE: "zona de, região em torno de, arredores de",
    Cue.CAPITAL: "a capital",
    Cue.REGION: "região, oblast, província",
    Cue.ADDRESS: "rua, avenida, praça, escola, hotel, igreja, estádio, prefeito",
    Cue.FACILITY: "hospital, estação, centro",
    Cue.GATHER: "ponto de encontro, pontos de encontro, concentração",
    Cue.THENCE: "dali, de lá",
    Cue.AND: "e, ou, bem como, assim como",
    Cue.EXCEPT: "exceto, salvo",
    Cue.SAYS: "disse, anunciou, confirmou",
    Cue.NO_PLACE: "cruz vermelha, crescente vermelho",
    Cue.CONTRAST: "mas, enquanto, porém, no entanto, contudo",
    Cue.INCLUDING: "incluindo, entre eles, das quais, dos quais",
    Cue.CORRIDOR: "corredor, corredores, corredor humanitário, corredores humanitários, rota, rotas, passagem",
    Cue.CONVOY: "comboio humanitário, coluna, caravana",
    Cue.THEN: "depois, em seguida",
    Cue.TERMINUS: "destino final",
    Cue.PAUSE: "cessar-fogo, trégua, pausa humanitária, tréguas, cessar fogo, pausas",
    Cue.AID: "ajuda, alimentos, medicamentos, ajuda humanitária, mantimentos, camiões de ajuda, caminhões de ajuda",
    Cue.MEDICAL: "feridos, doentes, pacientes",
    Cue.EXCHANGE: "troca de prisioneiros",
    Cue.PEOPLE: "pessoas, habitantes, civis, moradores, residentes, cidadãos, crianças, mulheres, retirados, refugiados, famílias, bebés, bebês, prematuros, doentes, feridos, deslocados, combatentes, rebeldes, palestinianos, palestinos, sírios, arménios, armênios, estrangeiros, pacientes",
    Cue.NOT_OURS: "grãos, cereais, navio, navios, cruzeiro, transplante, trigo, milho, exportações, exportadores, mercadorias, carga, contentores, contêineres, comercial, económico, econômico, ferroviário, lobito, autoestrada, acidente, acidentes, onças, fauna, espécies, órgão, órgãos, coração, rim, fígado, turistas, visto, vistos, asilo, reinstalação, sant'egidio, minério, cobre, soja",
    Cue.COUNTER: "ônibus, autocarros, toneladas, quilômetros, quilómetros, km, caminhões, veículos, horas, dias, anos, meses, carros",
    Cue.EVACUATION: "retirada, evacuação, evacuar, retirar, sair, saída, fugir, fuga, fugiram",
    Cue.MOVED: "retiradas, retirados, evacuados, evacuadas, foram retiradas, foram retirados, saíram, deixaram, fugiram, chegaram, partiram, foram evacuadas, conseguiram sair, levadas, levados, foram levados, foram levadas, foram transferidos, atravessaram, entraram, foram evacuados",
    Cue.MOVING: "em andamento, em curso, começou, começaram, saem, partem, a caminho, seguem, estão deixando, continua, estão a sair, estão saindo, segue, continuam, partiu, prossegue",
    Cue.WILL_MOVE: "irão, serão retirados, serão evacuados, poderão sair, partirão, sairão, irá, serão levados, vão sair, podem sair, seguem amanhã, possam sair, poderão deixar",
    Cue.ARRIVED: "chegaram, chegou",
    Cue.WILL: "será, serão, vai, vão, deve, devem, pode, podem, poderão, prevê, planeja, abrirá, abrirão",
    Cue.WAS_TO: "deveria, deveriam, devia, deviam",
    Cue.ABLE: "conseguiram, conseguiu, puderam",
    Cue.PLANNED: "previsto, previstos, prevista, anunciou, anunciado, anunciados, planejado, negociaram, programado, anunciaram, planeado, tentativa",
    Cue.AGREED: "acordado, acordados, acordo, concordaram, negociaram, confirmado, acordaram",
    Cue.OPEN: "aberto, abertos, funciona, funcionam, em vigor, operacional",
    Cue.OPENED: "abriu, abriram, foi aberto, foram abertos, abre, abrem, aberto, reabriu, reabriram, estabeleceu, criou",
    Cue.WORKED: "funcionaram, funcionou",
    Cue.HALTED: "suspensa, suspenso, suspensos, adiada, adiado, interrompida, paralisada, interrompido, suspendeu",
    Cue.BLOCKED: "bloqueado, bloqueados, bloqueada, bloqueiam, impedem, impediram, não deixaram, retidos, bloqueadas, bloqueou, fechada, fechado, fechou, encerrada, encerrado, impediu, voltar para trás, teve de voltar, impedidos",
    Cue.VIOLATED: "bombardeios, bombardeamentos, bombardeio, violação, violou, ataques, disparos",
    Cue.CANCELLED: "cancelado, cancelada, cancelados",
    Cue.FAILED: "fracassou, falhou, falharam, fracassaram, não conseguiram sair, não funcionou, não foi possível, nenhum corredor",
    Cue.REFUSED: "recusou, rejeitado, sem acordo, não concordou",
    Cue.NOT: "não, sem, nunca, nem",
    Cue.NONE: "nenhum, nenhuma, ninguém",
    Cue.ABSENT: "não há, não existe",
    Cue.IF: "se, caso, desde que",
    Cue.DEMAND: "pede, pediu, exige, exigiu, apela, propõe, propôs, pedem, pediram, apelou, apelo, insta, instou, solicita, solicitou",
    Cue.DAILY: "todos os dias, diariamente, a cada dia",
    Cue.FURTHER_NOTICE: "até novo aviso",
    Cue.BUS: "ônibus, autocarro, autocarros",
    Cue.CAR: "carro, carros, carros particulares, veículos particulares, veículo próprio, carro próprio",
    Cue.TRAIN: "trem, trens, comboio de passageiros, comboios",
    Cue.FOOT: "a pé",
    Cue.BOAT: "barco, barcos, por mar",
    Cue.AIRCRAFT: "avião, aviões, helicóptero",
    Cue.AMBULANCE: "ambulância, ambulâncias",
    Cue.TRUCK: "caminhão, caminhões, camiões",
    Cue.ONLY: "apenas, somente, só",
    Cue.ABOUT: "cerca de, mais de, quase, aproximadamente, pelo menos, até, umas",
    Cue.TOTAL: "no total, ao todo, um total de",
    Cue.OUT_OF: "dos, de",
    Cue.THOUSAND: "mil, milhares",
    Cue.MILLION: "milhão, milhões",
    Cue.LAST_DAYS: "em dois dias, nos últimos dias, desde o início, até agora",
    Cue.SO_FAR: "até agora, desde o início",
    Cue.ALL: "todos os, todos",
    Cue.TODAY: "hoje",
    Cue.TOMORROW: "amanhã",
    Cue.YESTERDAY: "ontem",
    Cue.DAY_BEFORE: "na véspera",
    Cue.UNTIL: "até, às, as",
    Cue.SINCE: "desde, a partir de, das",
    Cue.AT_HOUR: "às, das, até, entre, a partir das, as",
    Cue.HOUR: "h, horas, hora",
    Cue.MORNING: "da manhã",
    Cue.AFTERNOON: "da tarde",
    Cue.EVENING: "da noite",
    Cue.NOON: "meio-dia",
}

_DAY = date(2022, 3, 14)

LANGUAGE = Language(
    code="pt",
    name="Portuguese",
    letters="ãõ",
    common="o a os as de do da dos em no na que e é um uma por com para se ao não mais foi como pela pelo foram são",
    cues=_CUES,
    months=_MONTHS,
    weekdays=_WEEKDAYS,
    numbers=_NUMBERS,
    ordinals=_ORDINALS,
    zones={"Europe/Moscow": "hora de moscou, hora de moscovo", "local": "hora local, horário local", "UTC": "gmt, utc"},
    shorthand="sr, sra, dr, av, n",
    examples=(
        Example(
            "Kiev anunciou dois corredores humanitários para hoje: de Mariupol para Zaporizhzhia e de Sumy para Poltava.",
            _DAY,
            (
                Expected("Mariupol", "Zaporizhzhia", "announced", on=_DAY),
                Expected("Sumy", "Poltava", "announced", on=_DAY),
            ),
            totals=(2, None, None),
        ),
        Example(
            "Ontem 600 pessoas foram retiradas de Bucha.",
            _DAY,
            (Expected("Bucha", None, "closed", "completed", on=date(2022, 3, 13), people=600),),
        ),
        Example(
            "A retirada de Volnovakha foi suspensa por causa de bombardeios.",
            _DAY,
            (Expected("Volnovakha", None, "suspended", "violated", on=_DAY),),
        ),
        Example(
            "Os civis irão de ônibus de Irpin até Kiev.",
            _DAY,
            (Expected("Irpin", "Kyiv", "announced", on=_DAY, modes=("bus",)),),
        ),
        Example("O primeiro navio com grãos usou o corredor; outros navios virão.", _DAY, ()),
    ),
)
